// The first file of CentralCore.
