@echo off
rem The Start menu entry opens this: a terminal that finds the programs and lists them.
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
echo   PROGRAM --help says more. In PowerShell: Import-Module ClusterLogin
echo.
