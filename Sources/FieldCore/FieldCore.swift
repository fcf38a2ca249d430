// The first file of FieldCore.
