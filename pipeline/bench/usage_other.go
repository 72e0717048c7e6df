//go:build !unix

package bench

import (
	"os"
	"time"
)

// peak is unknown here.
func peak(*os.ProcessState) int64 { return 0 }

// CPU is unknown here, always 0.
func CPU() time.Duration { return 0 }
