/* Writes who owns a file and who may do what with it to standard output, in SDDL. */
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>

int main(int count, char **arguments) {
    const SECURITY_INFORMATION wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    PSECURITY_DESCRIPTOR descriptor;
    char *text;
    if (count != 2) return 1;
    if (GetNamedSecurityInfoA(arguments[1], SE_FILE_OBJECT, wanted, NULL, NULL, NULL, NULL, &descriptor)) return 2;
    if (!ConvertSecurityDescriptorToStringSecurityDescriptorA(descriptor, SDDL_REVISION_1, wanted, &text, NULL)) return 3;
    return puts(text) < 0;
}
