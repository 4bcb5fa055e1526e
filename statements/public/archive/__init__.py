"""The public list of statements: filters, facets, totals and pages."""
