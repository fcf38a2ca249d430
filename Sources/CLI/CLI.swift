// The first file of CLI.
