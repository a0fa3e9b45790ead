// ICU: its symbols carry a version suffix and are macros, so calls go through CGlue.
#include <unicode/utypes.h>
