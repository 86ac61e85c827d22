/* Starts a program with exactly the command line that a file has, in UTF-8: by Windows itself, without a shell, as .NET
   does for the PowerShell module. */

#include <stdio.h>
#include <windows.h>

enum { LONGEST = 32768 };

int main(int count, char **arguments) {
    static char text[LONGEST];
    static wchar_t line[LONGEST];
    STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    DWORD status = 127;
    FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
    if (!file || !fread(text, 1, sizeof text - 1, file)) return 127;
    MultiByteToWideChar(CP_UTF8, 0, text, -1, line, LONGEST);
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process)) return 127;
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &status);
    return (int)status;
}
