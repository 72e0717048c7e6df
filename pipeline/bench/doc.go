// Package bench measures the program against others and against itself.
package bench
