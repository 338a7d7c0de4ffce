"""Static files under names that say their content, the modules that a module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """whitenoise's, with Django's rewriting of `import "./keys.js"`, so that no browser mixes two releases."""

    support_js_module_import_aggregation = True
