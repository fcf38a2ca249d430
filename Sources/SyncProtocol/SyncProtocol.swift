// The first file of SyncProtocol.
