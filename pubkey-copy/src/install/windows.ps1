# What PowerShell runs on a Windows server for `pubkey-copy --to`. It arrives on standard input and
# answers as posix.sh does. It is ASCII and needs nothing newer than Windows PowerShell 5.1.
#
# Variables set before it: $action, $type, $blob, $needs (the OpenSSH that knows all options), and
# $options64 and $line64: the options and the whole line as UTF-8 in base64.

$ErrorActionPreference = 'Stop'
# One character for each byte, so that the file keeps its bytes.
$bytewise = [Text.Encoding]::GetEncoding(28591)
$options = $bytewise.GetString([Convert]::FromBase64String($options64))
$line = $bytewise.GetString([Convert]::FromBase64String($line64))

function Say($word, $text) {
    $bytes = [Text.Encoding]::UTF8.GetBytes("pubkey-copy`t$word`t$text`n")
    $output = [Console]::OpenStandardOutput()
    $output.Write($bytes, 0, $bytes.Length)
    $output.Flush()
}

function Stop-With($word, $text) {
    Say "cannot-$word" $text
    exit 1
}

# The file that sshd reads for this user; all administrators share one.
function Find-File {
    $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object Security.Principal.WindowsPrincipal $identity
    $isAdministrator = $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
    $own = '.ssh/authorized_keys'
    $shared = $null
    $below = $null
    $config = Join-Path $env:ProgramData 'ssh\sshd_config'
    if (Test-Path -LiteralPath $config) {
        foreach ($row in [IO.File]::ReadAllLines($config)) {
            if ($row -match '^\s*Match\s+(.*?)\s*$') {
                $below = $Matches[1]
            } elseif ($row -match '^\s*AuthorizedKeysFile[\s=]+"?([^"\s]+)"?') {
                $name = $Matches[1]
                if ($null -eq $below) {
                    if ($own -eq '.ssh/authorized_keys') { $own = $name }
                } elseif ($below -match '^Group\s+"?administrators"?$') {
                    if ($null -eq $shared) { $shared = $name }
                }
            }
        }
    } elseif ($isAdministrator) {
        $shared = '__PROGRAMDATA__/ssh/administrators_authorized_keys'
    }
    $name = $own
    if ($isAdministrator -and ($null -ne $shared)) { $name = $shared }
    $name = $name.Replace('__PROGRAMDATA__', $env:ProgramData).Replace('%h', $env:USERPROFILE)
    $name = $name.Replace('%u', $env:USERNAME).Replace('/', '\')
    if (-not [IO.Path]::IsPathRooted($name)) { $name = Join-Path $env:USERPROFILE $name }
    $name
}

# Whether a line holds the key, and with which options; $null if it does not.
function Read-Options($row) {
    if (-not $row.Contains($blob)) { return $null }
    $row = $row.Trim([char]13, [char]32, [char]9)
    if ($row.StartsWith('#')) { return $null }
    $at = 0
    for ($turn = 0; $turn -lt 2; $turn++) {
        $words = $row.Substring($at).Trim() -split '[ \t]+'
        if (($words.Count -gt 1) -and ($words[0] -ceq $type) -and ($words[1] -ceq $blob)) {
            return $row.Substring(0, $at)
        }
        $quoted = $false
        for (; $at -lt $row.Length; $at++) {
            $c = $row[$at]
            if (($c -eq '\') -and ($at + 1 -lt $row.Length) -and ($row[$at + 1] -eq '"')) { $at++ }
            elseif ($c -eq '"') { $quoted = -not $quoted }
            elseif ((-not $quoted) -and (($c -eq ' ') -or ($c -eq "`t"))) { break }
        }
    }
    $null
}

function Test-Version {
    $service = Get-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Services\sshd'
    $program = $service.ImagePath.Trim('"')
    [version](Get-Item -LiteralPath $program).VersionInfo.FileVersion
}

# Only the system and administrators may have access to the file that administrators share, or sshd
# ignores it.
function Protect-Shared($path) {
    $null = & icacls.exe $path /inheritance:r /grant '*S-1-5-32-544:F' /grant '*S-1-5-18:F'
    if ($LASTEXITCODE -ne 0) { Stop-With 'write' "icacls could not set the permissions of $path" }
}

# One change at a time; the lock ends with this process.
function Open-Lock($path) {
    for ($turn = 0; ; $turn++) {
        try {
            return New-Object IO.FileStream $path, 'OpenOrCreate', 'ReadWrite', 'None', 1, 'DeleteOnClose'
        } catch {
            if ($_.Exception.GetBaseException() -is [UnauthorizedAccessException]) { throw }
            if ($turn -ge 20) { Stop-With 'lock' "$path is held by another process" }
            Start-Sleep -Seconds 1
        }
    }
}

try {
    if ($action -eq 'add') {
        $version = $null
        try { $version = Test-Version } catch { }
        if (($null -ne $version) -and ($version -lt [version]$needs)) {
            Stop-With 'take' "OpenSSH $version does not know all the options, which came with $needs"
        }
    }
    $file = Find-File
    $isShared = $file.EndsWith('administrators_authorized_keys')
    $folder = Split-Path -Parent $file
    if (-not (Test-Path -LiteralPath $folder)) {
        if ($action -eq 'remove') { Say 'absent' $file; exit 0 }
        $null = New-Item -ItemType Directory -Path $folder
    }
    $lock = Open-Lock "$file.lock"
    $old = ''
    $exists = Test-Path -LiteralPath $file
    if ($exists) { $old = $bytewise.GetString([IO.File]::ReadAllBytes($file)) }
    if (($old.Length -gt 1) -and ((($old[0] -eq [char]255) -and ($old[1] -eq [char]254)) -or $old.Contains([string][char]0))) {
        Stop-With 'write' "$file is UTF-16, which the server does not read: write it as UTF-8 first"
    }
    $mark = ''
    if ($old.StartsWith("$([char]239)$([char]187)$([char]191)")) { $mark = $old.Substring(0, 3) }
    $kept = New-Object Text.StringBuilder
    $null = $kept.Append($mark)
    $hits = 0
    $number = 0
    foreach ($row in ($old.Substring($mark.Length) -split "(?<=`n)")) {
        $number++
        $has = Read-Options $row
        if ($null -eq $has) { $null = $kept.Append($row); continue }
        $hits++
        if (($action -eq 'add') -and ($has -cne $options)) {
            $with = 'without options'
            if ($has) { $with = 'with the options ' + [Text.Encoding]::UTF8.GetString($bytewise.GetBytes($has)) }
            Stop-With 'agree' "line $number of $file holds the key $with"
        }
    }
    $new = $null
    if ($action -eq 'remove') {
        $word = 'absent'
        if ($hits -gt 0) { $word = 'removed'; $new = $kept.ToString() }
    } else {
        $word = 'present'
        if ($hits -eq 0) {
            $word = 'added'
            $new = $old
            if ($new -and (-not $new.EndsWith("`n"))) { $new += "`r`n" }
            $new += "$line`n"
        }
    }
    if ($null -ne $new) {
        $beside = "$file.new.$PID"
        try {
            [IO.File]::WriteAllBytes($beside, $bytewise.GetBytes($new))
            if ($isShared) { Protect-Shared $beside }
            # The replaced file passes its permissions on.
            if ($exists) { [IO.File]::Replace($beside, $file, [NullString]::Value) }
            else { [IO.File]::Move($beside, $file) }
        } finally {
            Remove-Item -LiteralPath $beside -ErrorAction SilentlyContinue
        }
    }
    if ($isShared -and ($action -eq 'add')) {
        Protect-Shared $file
        Say 'shared' $file
    }
    Say $word $file
} catch {
    Stop-With 'write' "$($_.Exception.Message)"
}
exit 0
