package show

import "github.com/defekt/defekt/pipeline/claim"

// ForCustomer says what is wrong with a photo, and what to do, in words that can be passed
// on to the customer as they stand.
func ForCustomer(code claim.Code) string {
	switch code {
	case claim.CodePhotoBlurred:
		return "The photo is blurred. Please hold the camera still, tap on the damage to focus, and take it again."
	case claim.CodePhotoDark:
		return "The photo is too dark to see the damage. Please take it again in daylight or with the lamp on."
	case claim.CodePhotoBlank:
		return "The photo shows one colour only. Please check that nothing covers the lens and take it again."
	case claim.CodePhotoTooSmall:
		return "The photo is too small to judge. Please send the original, not a preview."
	case claim.CodePhotoTruncated, claim.CodePhotoCorrupt, claim.CodePhotoEmpty:
		return "The photo did not arrive whole. Please send it again."
	case claim.CodePhotoFormat:
		return "This file is not a photo that can be opened. Please send it as JPEG, PNG or HEIC."
	case claim.CodePhotoTooLarge, claim.CodePhotoPixels, claim.CodePhotoSide:
		return "The photo is too large. Please send it in a smaller size."
	case claim.CodePhotoRatio:
		return "The picture is too long and narrow, like a scan or a panorama. Please send an ordinary photo."
	case claim.CodePhotosTooMany:
		return "There are more photos than can be looked at. Please send the ones that show the damage best."
	case claim.CodePhotoURLTimeout, claim.CodePhotoURLUnreachable, claim.CodePhotoURLStatus, claim.CodePhotoURLUnresolved,
		claim.CodePhotoURLRedirects:
		return "The photo could not be fetched from its address. Please attach it instead."
	case claim.CodePhotoURL, claim.CodePhotoURLScheme, claim.CodePhotoURLUserinfo, claim.CodePhotoURLPort,
		claim.CodePhotoURLAddress, claim.CodePhotoURLType:
		return "The link does not lead to a photo that can be fetched. Please attach the photo instead."
	}
	return "The photo could not be used. Please send it again."
}
