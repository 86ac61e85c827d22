//! Emacs, which edits files of a server and runs programs there (TRAMP).

use std::fs;

use super::Lab;

/// What a user does in `/ssh:lb:`; `METHOD` is another method than `ssh` itself, if any.
const EDITING: &str = r#"
(require 'tramp)
METHOD
(defun text-of (file)
  (with-temp-buffer (insert-file-contents file) (buffer-string)))
(let ((default-directory "/ssh:lb:FOLDER/"))
  (princ (text-of "read"))
  (with-temp-file "written" (insert "written by Emacs\n"))
  (copy-file "/ssh:lb:FOLDER/read" "FOLDER/fetched")
  (princ (directory-files default-directory nil "^read$"))
  (with-temp-buffer
    (let ((status (process-file "sh" nil t nil "-c" "echo in $(pwd); exit 3")))
      (princ (format "%s%d" (buffer-string) status)))))
"#;

/// Names `sshc` where TRAMP's manual says that another program is named.
const LOGIN_PROGRAM: &str = r#"
(let ((ssh (assoc "ssh" tramp-methods)))
  (setcdr ssh (cons '(tramp-login-program "sshc")
                    (assq-delete-all 'tramp-login-program (cdr ssh)))))
"#;

#[test]
fn tramp_reads_writes_and_runs() {
    for method in [LOGIN_PROGRAM, ""] {
        let lab = Lab::new();
        if !method.is_empty() {
            // It is `sshc`, too, and would come if the method had its own program.
            fs::remove_file(lab.path(".bin/ssh")).expect("it is there");
        }
        let folder = lab.path("elsewhere");
        lab.0.home.write("elsewhere/read", "read by Emacs\n");
        let script = EDITING.replace("METHOD", method).replace("FOLDER", &folder);
        lab.0.home.write("edit.el", script);
        let emacs = lab.program("emacs").args(["--batch", "-Q", "-l", "edit.el"]).run();
        let said = lab.through_sshc(emacs);
        assert_eq!(said, format!("read by Emacs\n(read)in {folder}\n3"));
        assert_eq!(lab.0.home.read_text("elsewhere/written"), "written by Emacs\n");
        assert_eq!(lab.0.home.read_text("elsewhere/fetched"), "read by Emacs\n");
    }
}
