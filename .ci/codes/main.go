package main

import (
	"fmt"
	"image/png"
	"os"
	"strings"

	"github.com/defekt/defekt/datasets/simulate/codes"
)

func main() {
	for _, g := range codes.Grades() {
		for _, k := range codes.Kinds() {
			n, a, b := 0, 0, 0
			for s := range uint64(6) {
				sm, err := codes.Draw(s+1000, k, g)
				if err != nil {
					panic(err)
				}
				if s == 0 {
					f, _ := os.Create(fmt.Sprintf("/tmp/ev/P2/look/%s-%s.png", g, k))
					png.Encode(f, sm.Image)
					f.Close()
				}
				n++
				for i, h := range []bool{false, true} {
					for _, t := range plain(sm.Image, h) {
						if strings.TrimPrefix(t, "]C1") == sm.Text {
							if i == 0 {
								a++
							} else {
								b++
							}
							break
						}
					}
				}
			}
			fmt.Println(g, k, n, a, b)
		}
	}
}
