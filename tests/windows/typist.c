/* Starts the program that its arguments name on this console, and does to the console what the files step-1, step-2, ...
   in this folder say, as soon as each is there. The lines of such a file, numbers in hexadecimal:
     key VK STATE DOWN UNIT   a record of the keyboard
     paste COUNT              so many letters, a to z again and again, as a paste sends them
     size COLUMNS ROWS        another size of the window
     mouse COLUMN ROW BUTTONS a record of the mouse
     event NUMBER             Ctrl-Break (1), the closing of the window (2): the system starts this thread in the program,
                              which Wine does for Ctrl-C alone
     modes                    writes the modes of the console to the file `modes`
   Its status is the program's; 99 says that the modes of the console are not what they were, apart from that of escape
   sequences on the screen, which every coloured program switches on. CODE_PAGE in the environment is the console's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

static HANDLE input, output;
static PROCESS_INFORMATION child;

static void fail(const char *what) {
    fprintf(stderr, "typist: %s: error %lu\n", what, GetLastError());
    ExitProcess(98);
}

static INPUT_RECORD record(unsigned key, unsigned state, unsigned down, unsigned unit) {
    INPUT_RECORD it = { .EventType = KEY_EVENT };
    it.Event.KeyEvent.bKeyDown = down;
    it.Event.KeyEvent.wRepeatCount = 1;
    it.Event.KeyEvent.wVirtualKeyCode = key;
    it.Event.KeyEvent.uChar.UnicodeChar = unit;
    it.Event.KeyEvent.dwControlKeyState = state;
    return it;
}

static void type(INPUT_RECORD *records, DWORD count) {
    DWORD done;
    while (count) {
        if (!WriteConsoleInputW(input, records, count, &done) || !done) fail("WriteConsoleInput");
        records += done;
        count -= done;
    }
}

static void paste(unsigned long count) {
    INPUT_RECORD records[512];
    DWORD filled = 0;
    for (unsigned long at = 0; at < count; at++) {
        wchar_t letter = 'a' + at % 26;
        records[filled++] = record(letter - 'a' + 'A', 0, 1, letter);
        records[filled++] = record(letter - 'a' + 'A', 0, 0, letter);
        if (filled == 512 || at + 1 == count) {
            type(records, filled);
            filled = 0;
        }
    }
}

static void resize(unsigned columns, unsigned rows) {
    COORD size = { columns, rows };
    SMALL_RECT least = { 0, 0, 0, 0 }, whole = { 0, 0, columns - 1, rows - 1 };
    if (!SetConsoleWindowInfo(output, TRUE, &least)) fail("SetConsoleWindowInfo");
    if (!SetConsoleScreenBufferSize(output, size)) fail("SetConsoleScreenBufferSize");
    if (!SetConsoleWindowInfo(output, TRUE, &whole)) fail("SetConsoleWindowInfo");
}

static void point(unsigned column, unsigned row, unsigned buttons) {
    INPUT_RECORD it = { .EventType = MOUSE_EVENT };
    it.Event.MouseEvent.dwMousePosition = (COORD){ column, row };
    it.Event.MouseEvent.dwButtonState = buttons;
    type(&it, 1);
}

/* Libraries of the system are at the same place in each process. */
static void signal_event(unsigned event) {
    FARPROC routine = GetProcAddress(GetModuleHandleA("kernelbase"), "CtrlRoutine");
    if (!routine || !CreateRemoteThread(child.hProcess, NULL, 0, (LPTHREAD_START_ROUTINE)(void *)routine, (void *)(ULONG_PTR)event, 0, NULL))
        fail("CtrlRoutine");
}

static void write_modes(void) {
    DWORD now[2];
    if (!GetConsoleMode(input, now) || !GetConsoleMode(output, now + 1)) fail("GetConsoleMode");
    FILE *file = fopen("modes.part", "w");
    if (!file || fprintf(file, "%lx %lx", now[0], now[1]) < 0 || fclose(file) || rename("modes.part", "modes")) fail("modes");
}

static BOOL WINAPI ignored(DWORD event) {
    return event == CTRL_C_EVENT;
}

static void perform(FILE *step) {
    char line[200];
    while (fgets(line, sizeof line, step)) {
        unsigned a, b, c, d;
        if (sscanf(line, "key %x %x %x %x", &a, &b, &c, &d) == 4) {
            INPUT_RECORD it = record(a, b, c, d);
            type(&it, 1);
        } else if (sscanf(line, "paste %x", &a) == 1) {
            paste(a);
        } else if (sscanf(line, "size %x %x", &a, &b) == 2) {
            resize(a, b);
        } else if (sscanf(line, "mouse %x %x %x", &a, &b, &c) == 3) {
            point(a, b, c);
        } else if (sscanf(line, "event %x", &a) == 1) {
            signal_event(a);
        } else if (strcmp(line, "modes\n") == 0) {
            write_modes();
        } else {
            fail(line);
        }
    }
    fclose(step);
}

/* What follows our own name on the command line. */
static wchar_t *rest(wchar_t *line) {
    int quoted = 0;
    while (*line && (quoted || (*line != ' ' && *line != '\t'))) quoted ^= *line++ == '"';
    while (*line == ' ' || *line == '\t') line++;
    return line;
}

int main(void) {
    STARTUPINFOW start = { .cb = sizeof start };
    DWORD modes[2], after[2], status;
    input = CreateFileW(L"CONIN$", GENERIC_READ | GENERIC_WRITE, 3, NULL, OPEN_EXISTING, 0, NULL);
    output = CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE, 3, NULL, OPEN_EXISTING, 0, NULL);
    if (!GetConsoleMode(input, modes) || !GetConsoleMode(output, modes + 1)) fail("there is no console");
    char *page = getenv("CODE_PAGE");
    if (page && (!SetConsoleOutputCP(atoi(page)) || !SetConsoleCP(atoi(page)))) fail("SetConsoleCP");
    if (!CreateProcessW(NULL, rest(GetCommandLineW()), NULL, NULL, FALSE, 0, NULL, NULL, &start, &child)) fail("CreateProcess");
    /* From now on, so that the program inherits nothing of it. */
    SetConsoleCtrlHandler(ignored, TRUE);
    for (int number = 1; WaitForSingleObject(child.hProcess, 20) == WAIT_TIMEOUT;) {
        char name[40];
        snprintf(name, sizeof name, "step-%d", number);
        FILE *step = fopen(name, "r");
        if (step) {
            perform(step);
            number++;
        }
    }
    if (!GetExitCodeProcess(child.hProcess, &status)) fail("GetExitCodeProcess");
    if (!GetConsoleMode(input, after) || !GetConsoleMode(output, after + 1)) fail("there is no console any more");
    DWORD kept = ~(DWORD)ENABLE_VIRTUAL_TERMINAL_PROCESSING;
    if (modes[0] != after[0] || (modes[1] & kept) != (after[1] & kept)) {
        fprintf(stderr, "typist: the modes were %lx %lx and are %lx %lx\n", modes[0], modes[1], after[0], after[1]);
        return 99;
    }
    fprintf(stderr, "typist: status %lx\n", status);
    return (int)status;
}
