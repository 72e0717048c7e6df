//go:build !unix

package blob

// syncFolder does nothing: folders cannot be synced here, the file system journals names.
func syncFolder(string) error { return nil }
