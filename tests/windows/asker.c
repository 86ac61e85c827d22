/* Asks the agents of this machine as their clients do, and as they should not:
   asker window SIZE LENGTH OWNER NAME   asks Pageant's window in shared memory of this size (or `reserved`, which is not there yet)
                                         that belongs to `user`, `nobody` or `system`, with this length before the request;
                                         the memory's name comes `whole`, `endless`, `empty`, `absent`, or with a `stranger`'s number
   asker pipe NAME COUNT                 so many clients at once, which wait for the pipe as PuTTY's do
   asker half NAME COUNT                 keeps so many clients that say nothing, half a message or an absurd length, and asks beside them
   asker console PROCESS                 says whether the process has a console, and how many of its windows are seen
   asker wait                            waits for its end
   asker lock                            says that the session is locked
   asker type TEXT                       waits for a question of keyagent's, and types the answer
   asker press NUMBER [PROGRAM]          waits for one of keyagent's or of this program, and presses a button
   asker see PROGRAM                     waits for one
   asker miss PROGRAM                    waits until none is left */

#include <windows.h>
#include <sddl.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGENT_COPYDATA_ID 0x804e50ba
#define SESSION_CHANGE 0x2b1
#define SESSION_LOCK 7
#define LIMIT (256 * 1024)

static const unsigned char LIST[5] = {0, 0, 0, 1, 11};

static unsigned number(const unsigned char *bytes)
{
    return (unsigned)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static HWND pageant(void)
{
    HWND window = FindWindowA("Pageant", "Pageant");
    if (!window)
        exit(2);
    return window;
}

/* PuTTY says whom its memory belongs to; under Wine it would be nobody's. */
static SECURITY_ATTRIBUTES *belonging_to(const char *owner)
{
    static SECURITY_DESCRIPTOR descriptor;
    static SECURITY_ATTRIBUTES attributes = {sizeof attributes, &descriptor, FALSE};
    static BYTE user[256];
    DWORD length;
    HANDLE token;
    PSID identifier = NULL;
    if (strcmp(owner, "nobody") == 0)
        return NULL;
    InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    if (strcmp(owner, "system") == 0) {
        ConvertStringSidToSidA("S-1-5-18", &identifier);
    } else {
        OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
        GetTokenInformation(token, TokenUser, user, sizeof user, &length);
        identifier = ((TOKEN_USER *)user)->User.Sid;
    }
    if (!SetSecurityDescriptorOwner(&descriptor, identifier, FALSE))
        exit(3);
    return &attributes;
}

static void put_request(unsigned char *frame, unsigned length)
{
    frame[0] = length >> 24;
    frame[1] = length >> 16;
    frame[2] = length >> 8;
    frame[3] = length;
    frame[4] = LIST[4];
}

static int ask_window(char **words)
{
    int reserved = strcmp(words[0], "reserved") == 0;
    DWORD size = reserved ? 65536 : strtoul(words[0], NULL, 10);
    DWORD kind = PAGE_READWRITE | (reserved ? SEC_RESERVE : 0);
    char name[64];
    snprintf(name, sizeof name, "PageantRequest%08lx", GetCurrentThreadId());
    HANDLE mapping = CreateFileMappingA(INVALID_HANDLE_VALUE, belonging_to(words[2]), kind, 0, size, name);
    unsigned char *frame = mapping ? MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0) : NULL;
    if (!frame)
        return 4;
    if (!reserved)
        put_request(frame, strtoul(words[1], NULL, 10));
    COPYDATASTRUCT data = {AGENT_COPYDATA_ID, strlen(name) + 1, name};
    if (strcmp(words[3], "endless") == 0)
        data.cbData--;
    else if (strcmp(words[3], "empty") == 0)
        data.cbData = 0;
    else if (strcmp(words[3], "absent") == 0)
        name[0] = 'X';
    else if (strcmp(words[3], "stranger") == 0)
        data.dwData = 1;
    if (SendMessageA(pageant(), WM_COPYDATA, 0, (LPARAM)&data) <= 0)
        return puts("refused") < 0;
    return printf("answered %u %u\n", frame[4], frame[4] == 12 ? number(frame + 5) : 0) < 0;
}

static int read_whole(HANDLE pipe, unsigned char *bytes, DWORD wanted)
{
    for (DWORD got = 0, more; got < wanted; got += more)
        if (!ReadFile(pipe, bytes + got, wanted - got, &more, NULL) || more == 0)
            return 0;
    return 1;
}

static HANDLE go;
static LONG answered;

static DWORD failed(const char *at)
{
    return printf("%s fails: error %lu\n", at, GetLastError()), 1;
}

static DWORD WINAPI ask_pipe(void *name)
{
    static __thread unsigned char frame[4096];
    DWORD written;
    HANDLE pipe;
    WaitForSingleObject(go, INFINITE);
    while ((pipe = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL)) == INVALID_HANDLE_VALUE) {
        if (GetLastError() != ERROR_PIPE_BUSY)
            return failed("CreateFile");
        if (!WaitNamedPipeA(name, NMPWAIT_USE_DEFAULT_WAIT))
            return failed("WaitNamedPipe");
    }
    if (!WriteFile(pipe, LIST, sizeof LIST, &written, NULL))
        return failed("WriteFile");
    if (!read_whole(pipe, frame, 4) || number(frame) >= sizeof frame || !read_whole(pipe, frame + 4, number(frame)))
        return failed("ReadFile");
    if (frame[4] == 12)
        InterlockedIncrement(&answered);
    CloseHandle(pipe);
    return 0;
}

static int ask_at_once(char *name, int count)
{
    HANDLE threads[MAXIMUM_WAIT_OBJECTS];
    if (count > MAXIMUM_WAIT_OBJECTS)
        return 1;
    go = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (int at = 0; at < count; at++)
        threads[at] = CreateThread(NULL, 0, ask_pipe, name, 0, NULL);
    SetEvent(go);
    WaitForMultipleObjects(count, threads, TRUE, INFINITE);
    return printf("%ld answered\n", answered) < 0;
}

static int ask_beside_halves(char *name, int count)
{
    static const struct { const char *bytes; DWORD length; } SAID[] = {
        {"", 0}, {"\0\0", 2}, {"\0\0\0\x09\x0d", 5}, {"\0\x01\0\0\x11", 5}, {"\xff\xff\xff\xff", 4}};
    for (int at = 0; at < count; at++) {
        HANDLE pipe;
        DWORD written;
        while ((pipe = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL)) == INVALID_HANDLE_VALUE)
            if (GetLastError() != ERROR_PIPE_BUSY || !WaitNamedPipeA(name, NMPWAIT_USE_DEFAULT_WAIT))
                return 7;
        /* It stays open until this program ends. */
        if (SAID[at % 5].length && !WriteFile(pipe, SAID[at % 5].bytes, SAID[at % 5].length, &written, NULL))
            return 8;
    }
    return ask_at_once(name, 50);
}

static BOOL CALLBACK count_seen(HWND window, LPARAM of)
{
    DWORD process;
    GetWindowThreadProcessId(window, &process);
    if (process == ((DWORD *)of)[0] && IsWindowVisible(window))
        ((DWORD *)of)[1]++;
    return TRUE;
}

/* One with a console of its own shows that the question can be answered. */
static int console_of(DWORD process, const char *self)
{
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION made;
    char line[MAX_PATH + 16];
    DWORD seen[2] = {process, 0};
    int tries = 0;
    snprintf(line, sizeof line, "\"%s\" wait", self);
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &startup, &made))
        return 9;
    FreeConsole();
    while (!AttachConsole(made.dwProcessId) && ++tries < 500)
        Sleep(20);
    FreeConsole();
    TerminateProcess(made.hProcess, 0);
    if (tries == 500)
        return 10;
    BOOL attached = AttachConsole(process);
    DWORD error = GetLastError();
    FreeConsole();
    EnumWindows(count_seen, (LPARAM)seen);
    const char *said = attached ? "a console" : error == ERROR_INVALID_HANDLE ? "no console" : "no such process";
    return printf("%s, %lu windows\n", said, seen[1]) < 0;
}

/* A question whose window is there, and shown. */
static HWND question(const char *program)
{
    HWND window;
    for (int tries = 0; tries < 3000; tries++, Sleep(20))
        if ((window = FindWindowA("#32770", program)) != NULL && IsWindowVisible(window))
            return window;
    exit(5);
}

/* One that is answered is gone before the next is looked for. */
static int answer(HWND window, int button, const char *said)
{
    SendMessageA(window, WM_COMMAND, button, 0);
    while (IsWindow(window))
        Sleep(20);
    return puts(said) < 0;
}

static int miss(const char *program)
{
    for (int tries = 0; tries < 1500; tries++, Sleep(20))
        if (!FindWindowA("#32770", program))
            return puts("gone") < 0;
    return 11;
}

static int type(const char *text)
{
    static WCHAR wide[1024];
    HWND window = question("keyagent");
    MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, 1024);
    if (!SendMessageW(GetDlgItem(window, 100), WM_SETTEXT, 0, (LPARAM)wide))
        return 6;
    return answer(window, IDOK, "typed");
}

int main(int count, char **words)
{
    _setmode(_fileno(stdout), _O_BINARY);
    if (count == 6 && strcmp(words[1], "window") == 0)
        return ask_window(words + 2);
    if (count == 4 && strcmp(words[1], "pipe") == 0)
        return ask_at_once(words[2], atoi(words[3]));
    if (count == 4 && strcmp(words[1], "half") == 0)
        return ask_beside_halves(words[2], atoi(words[3]));
    if (count == 3 && strcmp(words[1], "console") == 0)
        return console_of(strtoul(words[2], NULL, 10), words[0]);
    if (count == 2 && strcmp(words[1], "wait") == 0)
        return Sleep(60000), 0;
    if (count == 2 && strcmp(words[1], "lock") == 0)
        return (int)SendMessageA(pageant(), SESSION_CHANGE, SESSION_LOCK, 0);
    if (count == 3 && strcmp(words[1], "type") == 0)
        return type(words[2]);
    if (count == 3 && strcmp(words[1], "press") == 0)
        return answer(question("keyagent"), atoi(words[2]), "pressed");
    if (count == 4 && strcmp(words[1], "press") == 0)
        return answer(question(words[3]), atoi(words[2]), "pressed");
    if (count == 3 && strcmp(words[1], "see") == 0)
        return question(words[2]) ? puts("seen") < 0 : 1;
    if (count == 3 && strcmp(words[1], "miss") == 0)
        return miss(words[2]);
    return 1;
}
