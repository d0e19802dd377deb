// Links the enrichment operator into a module: the attribute in EnrichmentOperators exports it.
