package picture

// coefficients is how many bytes more a pixel takes while a picture is decoded: all that is known
// of a progressive JPEG is kept until its last scan, in four bytes for each of up to four colours.
func coefficients(data []byte) int {
	if progressive(data) {
		return 4 * 3
	}
	return 0
}

// The markers of a JPEG (ITU-T T.81, table B.1).
const (
	sof0, sof2 = 0xc0, 0xc2
	rst0, rst7 = 0xd0, 0xd7
	soi, eoi   = 0xd8, 0xd9
)

// progressive reports whether data is a JPEG that comes in several scans. It goes from segment to
// segment as image/jpeg does, which steps over bytes that are no marker.
func progressive(data []byte) bool {
	if len(data) < 2 || data[0] != 0xff || data[1] != soi {
		return false
	}
	for i := 2; i+1 < len(data); {
		if data[i] != 0xff || data[i+1] == 0xff || data[i+1] == 0 {
			i++
			continue
		}
		marker := data[i+1]
		i += 2
		switch {
		case marker == eoi || sof0 <= marker && marker <= sof2:
			return marker == sof2
		case rst0 <= marker && marker <= rst7:
		case i+1 < len(data):
			i += int(data[i])<<8 | int(data[i+1])
		}
	}
	return false
}
