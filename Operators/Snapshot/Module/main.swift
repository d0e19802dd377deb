// Links the snapshot operators into a module: the attributes in SnapshotOperators export them.
