package guard

import "testing"

func TestLoopbackName(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST:8080": true, "127.0.0.1": true, "127.9.9.9:1": true, "[::1]": true, "[::1]:8080": true, "::1": true,
		"": false, ":8080": false, "0.0.0.0:8080": false, "[::]:80": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false,
		"10.0.0.1": false, "[::1": false, "2130706433": false, "example.com:127": false,
	} {
		if got := LoopbackName(host); got != want {
			t.Errorf("LoopbackName(%q) = %v", host, got)
		}
	}
}
