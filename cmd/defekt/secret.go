package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// maxSecret is the longest secret that is read, in bytes; the longest password is shorter.
const maxSecret = 4096

// newPassword makes a password of 130 random bits.
func newPassword() string { return rand.Text() }

// secret reads a secret from a file, or with "-" from standard input: a terminal is asked
// twice and shows nothing, else it is the first line. Flags would leave it in the shell's
// history and in the list of processes.
func (a *app) secret(from string) (string, error) {
	if from != "-" {
		f, err := os.Open(from)
		if err != nil {
			return "", err
		}
		defer f.Close() //nolint:errcheck // only read from
		return firstLine(f)
	}
	if f, ok := a.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return a.askSecret(int(f.Fd()))
	}
	return firstLine(a.stdin)
}

func (a *app) askSecret(terminal int) (string, error) {
	var answers [2]string
	for i, question := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(a.stderr, question)
		answer, err := term.ReadPassword(terminal)
		fmt.Fprintln(a.stderr)
		if err != nil {
			return "", err
		}
		answers[i] = string(answer)
	}
	if answers[0] != answers[1] {
		return "", errors.New("the two are not the same")
	}
	return answers[0], nil
}

// firstLine reads a line without its end; there must be something in it.
func firstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReaderSize(io.LimitReader(r, maxSecret), maxSecret).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.New("no password came in")
	}
	return line, nil
}
