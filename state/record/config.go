package record

// ConfigCheck is what unibox config check prints.
type ConfigCheck struct {
	Schema int `json:"schema"`
	// File is where the config is; OK: nothing is wrong.
	File     string          `json:"file"`
	OK       bool            `json:"ok"`
	Problems []ConfigProblem `json:"problems"`
}

// ConfigProblem is a mistake in the config.
type ConfigProblem struct {
	Line    int    `json:"line,omitempty"`
	Account string `json:"account,omitempty"`
	// Problem is what is wrong, Instead what holds in its place.
	Problem string `json:"problem"`
	Instead string `json:"instead,omitempty"`
	Warning bool   `json:"warning,omitempty"`
}

// ConfigShown is what unibox config show prints.
type ConfigShown struct {
	Schema   int             `json:"schema"`
	File     string          `json:"file"`
	Settings []ConfigSetting `json:"settings"`
	Problems []ConfigProblem `json:"problems"`
}

// ConfigSetting is a key of the config and the value that holds.
type ConfigSetting struct {
	// Section is as it is written, Number tells accounts, views and the like apart, from 1.
	Section string `json:"section"`
	Number  int    `json:"number,omitempty"`
	Key     string `json:"key"`
	// Value is as it is written in the file, without a secret.
	Value string `json:"value"`
	// From is default, file, safe, environment or flag; By what of the last two.
	From string `json:"from"`
	Line int    `json:"line,omitempty"`
	By   string `json:"by,omitempty"`
}
