//go:build unix

package bench

import (
	"os"
	"runtime"
	"syscall"
	"time"
)

// peak is the largest resident set of an ended process, in bytes. Linux counts what the
// parent had resident when it started the child as the least, so a parent must stay small.
func peak(s *os.ProcessState) int64 {
	u, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	size := int64(u.Maxrss) //nolint:unconvert // an int32 on some systems
	if runtime.GOOS != "darwin" && runtime.GOOS != "ios" {
		size <<= 10 // kilobytes elsewhere
	}
	return size
}

// CPU is the processor time that this process has used so far.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
