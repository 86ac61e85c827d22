/* Writes the text on the clipboard to standard output, as UTF-8: what a program that pastes would get. */
#include <windows.h>

int main(void) {
    char text[65536];
    DWORD written;
    if (!OpenClipboard(NULL)) return 1;
    HANDLE clipboard = GetClipboardData(CF_UNICODETEXT);
    if (!clipboard) return 2;
    int size = WideCharToMultiByte(CP_UTF8, 0, GlobalLock(clipboard), -1, text, sizeof text, NULL, NULL);
    if (size < 1) return 3;
    return !WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, size - 1, &written, NULL);
}
