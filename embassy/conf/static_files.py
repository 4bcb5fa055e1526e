"""Where the static files of a site in production lie: compressed, under names with a hash of their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Scripts that import one another do so by the hashed names too: browsers keep files for a year."""

    support_js_module_import_aggregation = True
