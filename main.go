// Command unibox is a unified inbox in the terminal for support agents.
package main

func main() {}
