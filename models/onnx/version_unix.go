//go:build darwin || linux

package onnx

import (
	"errors"
	"unsafe"

	"github.com/ebitengine/purego"
)

// apiBase is OrtApiBase of onnxruntime_c_api.h, the part of the interface that never changes.
type apiBase struct {
	getAPI           uintptr
	getVersionString uintptr
}

// libraryVersion loads the library, asks it for its version and lets go of it again.
func libraryVersion(path string) (string, error) {
	dl, err := purego.Dlopen(path, purego.RTLD_LAZY|purego.RTLD_LOCAL)
	if err != nil {
		return "", err
	}
	defer func() { _ = purego.Dlclose(dl) }()
	symbol, err := purego.Dlsym(dl, "OrtGetApiBase")
	if err != nil {
		return "", errors.New("is no ONNX Runtime library (OrtGetApiBase is missing)")
	}
	var getBase func() unsafe.Pointer
	purego.RegisterFunc(&getBase, symbol)
	base := (*apiBase)(getBase())
	if base == nil || base.getVersionString == 0 {
		return "", errors.New("gave no API")
	}
	var getVersion func() string
	purego.RegisterFunc(&getVersion, base.getVersionString)
	return getVersion(), nil
}
