"""Static files in production: compressed, with a content hash in their names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also rewrites imports between scripts to hashed names, because browsers cache files for a year."""

    support_js_module_import_aggregation = True
