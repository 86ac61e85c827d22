@echo off
rem The Start menu entry opens this, and so does a double click: a terminal that finds the programs and lists them.
title Cluster Login {{version}}
set "PATH=%~dp0;%PATH%"
cd /d "%USERPROFILE%"
echo Cluster Login {{version}}
echo.
{{programs_echo}}
echo.
echo   The first login:
echo     keygen -o id.ppk
echo     pubkey-copy id.ppk
echo     joblog-parse log.txt ^| sshc --key id.ppk
echo.
echo   PROGRAM --help says more. In PowerShell:
set "MODULE=ClusterLogin"
if exist "%~dp0ClusterLogin" set "MODULE=%~dp0ClusterLogin"
echo     Import-Module "%MODULE%"
set MODULE=
echo.
rem After a double click the window would close; the Start menu entry, which passes a word, keeps its own open.
if "%~1" == "" cmd /k
