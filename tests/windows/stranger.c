/* Holds a name that belongs to another user:
   stranger pipe NAME OWNER     listens at the pipe, and says how many bytes the first client has sent when it is gone
   stranger mutex NAME OWNER    keeps the mutex, until its input ends */

#include <windows.h>
#include <sddl.h>
#include <stdio.h>
#include <string.h>

int main(int count, char **words)
{
    SECURITY_DESCRIPTOR descriptor;
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &descriptor, FALSE};
    PSID owner;
    char bytes[4096];
    DWORD more, sent = 0;
    if (count != 4 || !ConvertStringSidToSidA(words[3], &owner))
        return 2;
    InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    if (!SetSecurityDescriptorOwner(&descriptor, owner, FALSE))
        return 3;
    if (strcmp(words[1], "mutex") == 0) {
        if (!CreateMutexA(&attributes, FALSE, words[2]))
            return 4;
        puts("ready");
        fflush(stdout);
        return getchar() != EOF;
    }
    HANDLE pipe = CreateNamedPipeA(words[2], PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_WAIT, 1, 4096, 4096, 0, &attributes);
    if (pipe == INVALID_HANDLE_VALUE)
        return 5;
    puts("ready");
    fflush(stdout);
    if (!ConnectNamedPipe(pipe, NULL) && GetLastError() != ERROR_PIPE_CONNECTED && GetLastError() != ERROR_NO_DATA)
        return 6;
    while (ReadFile(pipe, bytes, sizeof bytes, &more, NULL) && more)
        sent += more;
    printf("%lu bytes\n", sent);
    return 0;
}
