// Links the collection operator into a module: the attribute in CollectionOperators exports it.
