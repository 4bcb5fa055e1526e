"""How a page is served: middleware, languages, caching, time travel, machine-readable pages."""
