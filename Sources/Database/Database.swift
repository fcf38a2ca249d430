// The first file of Database.
