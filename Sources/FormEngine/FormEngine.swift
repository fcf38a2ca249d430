// The first file of FormEngine.
