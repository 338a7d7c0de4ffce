"""Static files under names that say their content, the modules that a module imports included."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """whitenoise's, with Django's rewriting of `import "./keys.js"`, so that no browser mixes two releases.

    Only in our own scripts: those that packages bring hold words that merely look like imports.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", IMPORTS))
