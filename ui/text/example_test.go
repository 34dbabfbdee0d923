package text_test

import (
	"fmt"
	"time"

	"unibox/ui/text"
)

// A body from outside becomes inert: controls are pictures, colours and
// characters that nobody sees are gone, lines stay.
func ExampleMode_Clean() {
	var mode text.Mode
	fmt.Println(mode.Clean("\x1b[31mHello\x1b[0m\x07 there\u202e\r\nsee you\x1b]0;title"))
	// Output:
	// Hello␇ there
	// see you␛]0;title
}

// A name stays on one line.
func ExampleMode_Line() {
	var mode text.Mode
	fmt.Println(mode.Line("  Anna\n\tPetrova\x00 "))
	// Output: Anna Petrova␀
}

// A row is exactly as wide as asked for, whatever is in it.
func ExampleMode_Fit() {
	var mode text.Mode
	for _, s := range []string{"Li Wei", "佐藤さんから", "Группа «Ремонт»"} {
		fmt.Printf("[%s] [%s]\n", mode.Fit(s, 9), mode.Cut(s, 9))
	}
	// Output:
	// [Li Wei   ] [Li Wei]
	// [佐藤さん ] [佐藤さん…]
	// [Группа «Р] [Группа «…]
}

// The width of a joined emoji depends on the terminal; Clean reduces it where
// the terminal counts runes.
func ExampleMode_Width() {
	family := "👨\u200d👩\u200d👧"
	for _, mode := range []text.Mode{{}, {Clusters: true}} {
		fmt.Println(mode.Width(family), mode.Width(mode.Clean(family)))
	}
	// Output:
	// 6 2
	// 2 2
}

func ExampleMode_Wrap() {
	var mode text.Mode
	for _, row := range mode.Wrap("One of the cups is broken.\n明天的天气怎么样", 12) {
		fmt.Println(row)
	}
	// Output:
	// One of the
	// cups is
	// broken.
	// 明天的天气怎
	// 么样
}

// What is sent keeps its emoji whole, and loses what could only do harm.
func ExampleSafe() {
	fmt.Printf("%q\n", text.Safe("👍🏽 done\r\n\x1b]52;c;aGk=\x07\u202e"))
	// Output: "👍🏽 done\n]52;c;aGk="
}

func ExampleClock() {
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	for _, ago := range []time.Duration{2 * time.Hour, 30 * time.Hour, 30 * 24 * time.Hour, 400 * 24 * time.Hour} {
		fmt.Printf("%-12s %s\n", text.Clock(nil, now, now.Add(-ago)), text.Age(nil, ago))
	}
	// Output:
	// 13:00        2h
	// Thu 09:00    1d
	// 21 Oct       4w
	// 16 Oct 2025  1y
}

func ExampleSize() {
	fmt.Println(text.Size(nil, 512), text.Size(nil, 84_000), text.Size(nil, 1_240_000))
	// Output: 512 B 84 KB 1.2 MB
}
