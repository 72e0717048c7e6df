//go:build race

package review_test

// raceDetector says that everything takes many times as long.
const raceDetector = true
