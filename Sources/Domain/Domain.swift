// The first file of Domain.
