// Everything the pages do beyond links and forms. One noun a file; each works on what its data attributes name.
import "./dialog.js";
import "./draft.js";
import "./files.js";
import "./found.js";
import "./keys.js";
import "./letter.js";
import "./live.js";
import "./menu.js";
import "./palette.js";
import "./queue.js";
import "./send.js";
import "./show-if.js";
import "./theme.js";
import "./time.js";
import "./undo.js";
