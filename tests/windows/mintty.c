/* Starts the program that its arguments name as mintty does: without a console, on pipes with the names that Cygwin and
   MSYS2 give them. The first argument is the beginning of those names. What the program says goes to our own standard output. */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

static void fail(const char *what) {
    fprintf(stderr, "mintty: %s: error %lu\n", what, GetLastError());
    ExitProcess(98);
}

/* Both ends of a pipe of that name; the second is for the program. */
static void pipe_named(const wchar_t *prefix, const wchar_t *end, DWORD ours, DWORD theirs, HANDLE pair[2]) {
    SECURITY_ATTRIBUTES inherited = { .nLength = sizeof inherited, .bInheritHandle = TRUE };
    wchar_t name[200];
    swprintf(name, 200, L"\\\\.\\pipe\\%ls-%ls", prefix, end);
    pair[0] = CreateNamedPipeW(name, ours, PIPE_TYPE_BYTE, 1, 65536, 65536, 0, NULL);
    if (pair[0] == INVALID_HANDLE_VALUE) fail("CreateNamedPipe");
    pair[1] = CreateFileW(name, theirs, 0, &inherited, OPEN_EXISTING, 0, NULL);
    if (pair[1] == INVALID_HANDLE_VALUE) fail("CreateFile");
}

static wchar_t *next(wchar_t *line) {
    int quoted = 0;
    while (*line && (quoted || *line != ' ')) quoted ^= *line++ == '"';
    while (*line == ' ') *line++ = 0;
    return line;
}

int main(void) {
    STARTUPINFOW start = { .cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES };
    PROCESS_INFORMATION child;
    HANDLE keyboard[2], screen[2];
    char bytes[4096];
    DWORD read, written, status;
    wchar_t *prefix = next(GetCommandLineW()), *program = next(prefix);
    pipe_named(prefix, L"from-master", PIPE_ACCESS_OUTBOUND, GENERIC_READ | FILE_WRITE_ATTRIBUTES, keyboard);
    pipe_named(prefix, L"to-master", PIPE_ACCESS_INBOUND, GENERIC_WRITE | FILE_READ_ATTRIBUTES, screen);
    start.hStdInput = keyboard[1];
    start.hStdOutput = start.hStdError = screen[1];
    if (!CreateProcessW(NULL, program, NULL, NULL, TRUE, DETACHED_PROCESS, NULL, NULL, &start, &child)) fail("CreateProcess");
    CloseHandle(screen[1]);
    while (ReadFile(screen[0], bytes, sizeof bytes, &read, NULL) && read)
        WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes, read, &written, NULL);
    WaitForSingleObject(child.hProcess, INFINITE);
    if (!GetExitCodeProcess(child.hProcess, &status)) fail("GetExitCodeProcess");
    return (int)status;
}
