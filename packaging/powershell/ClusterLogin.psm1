# Functions around the programs of Cluster Login, for Windows PowerShell 5.1 and PowerShell 7.
#
# Programs are started without the shell's help, because 5.1 loses quotation marks in arguments, and
# reads and writes pipes in a code page. Here the command line follows Windows' own rules, input
# bytes stay unchanged, and output is UTF-8.

Set-StrictMode -Version 2.0

$script:Utf8 = New-Object System.Text.UTF8Encoding $false

# The programs are beside the module's folder (zip), in it (scoop), or on the PATH (installers and
# packages).
function Find-Program {
    param([string] $Name)
    # With the extension, because a batch file of that name might be found first.
    $file = if ($env:OS -eq 'Windows_NT') { "$Name.exe" } else { $Name }
    foreach ($folder in (Split-Path -Parent $PSScriptRoot), $PSScriptRoot) {
        $near = Join-Path $folder $file
        if (Test-Path -LiteralPath $near -PathType Leaf) { return $near }
    }
    $found = Get-Command -Name $file -CommandType Application -ErrorAction SilentlyContinue |
        Select-Object -First 1
    if ($null -eq $found) {
        throw "cannot find the program ${Name}: install Cluster Login, or add its folder to the PATH"
    }
    return $found.Path
}

# One argument, quoted for CommandLineToArgvW, to which backslashes matter only before a quotation
# mark. Everything but plain text is quoted, because the programs expand * and ? outside quotation
# marks.
function ConvertTo-Argument {
    param([AllowEmptyString()] [string] $Text)
    if ($Text -cmatch '^[A-Za-z0-9_./:=@,+\\-]+\z') {
        return $Text
    }
    $escaped = $Text -replace '(\\*)"', '$1$1\"'
    $escaped = $escaped -replace '(\\+)\z', '$1$1'
    return '"' + $escaped + '"'
}

function New-ProgramStart {
    param([string] $Name, [string[]] $Argument)
    $start = New-Object System.Diagnostics.ProcessStartInfo
    $start.FileName = Find-Program $Name
    $words = foreach ($word in $Argument) { ConvertTo-Argument $word }
    $start.Arguments = $words -join ' '
    $start.WorkingDirectory = (Get-Location -PSProvider FileSystem).ProviderPath
    $start.UseShellExecute = $false
    return $start
}

# If the console's code page is UTF-8, the .NET of Windows PowerShell begins a pipe with a byte
# order mark.
function Start-Program {
    param($Start)
    $encoding = [System.Console]::InputEncoding
    $marks = $Start.RedirectStandardInput -and $encoding.GetPreamble().Length -gt 0
    if ($marks) { [System.Console]::InputEncoding = $script:Utf8 }
    try {
        return [System.Diagnostics.Process]::Start($Start)
    } finally {
        if ($marks) { [System.Console]::InputEncoding = $encoding }
    }
}

# A pipeline that ends early, as by Select-Object -First 1, ends the program too.
function Stop-Program {
    param($Process)
    if ($null -eq $Process) { return }
    try {
        if (-not $Process.HasExited) { $Process.Kill() }
    } catch {
        Write-Debug "it has ended by itself: $_"
    }
    $Process.Dispose()
}

# A program's failure as a terminating error: its message and hint. Its status is in $LASTEXITCODE.
function New-Failure {
    param([string] $Name, [int] $Status, [string] $Talk)
    $message = $Talk.Trim()
    if ($message -eq '') {
        $message = "$Name ended with status $Status"
    }
    $exception = New-Object System.InvalidOperationException $message
    $category = [System.Management.Automation.ErrorCategory]::InvalidOperation
    return New-Object System.Management.Automation.ErrorRecord $exception, "$Name.$Status", $category, $Name
}

# Runs a program to its end and returns its standard output. Questions go to the console.
function Invoke-Program {
    param(
        [string] $Name,
        [string[]] $Argument,
        [AllowEmptyCollection()] [byte[]] $InputBytes = @(),
        [int[]] $Answer = @(0),
        [string] $Activity
    )
    $start = New-ProgramStart $Name $Argument
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.StandardOutputEncoding = $script:Utf8
    $start.StandardErrorEncoding = $script:Utf8
    $process = Start-Program $start
    try {
        $data = $process.StandardOutput.ReadToEndAsync()
        $talk = $process.StandardError.ReadToEndAsync()
        Send-Bytes $process $InputBytes
        Wait-Program $process $Activity
        $global:LASTEXITCODE = $process.ExitCode
        if ($Answer -notcontains $process.ExitCode) {
            throw (New-Failure $Name $process.ExitCode $talk.Result)
        }
        Write-Talk $talk.Result
        return $data.Result
    } finally {
        Stop-Program $process
    }
}

# Waits for the end of a program, and shows for how long if it has an activity to show.
function Wait-Program {
    param($Process, [string] $Activity)
    if ($Activity -ne '') {
        $begun = Get-Date
        while (-not $Process.WaitForExit(1000)) {
            $seconds = [int] ((Get-Date) - $begun).TotalSeconds
            Write-Progress -Activity $Activity -Status "$seconds s"
        }
        Write-Progress -Activity $Activity -Completed
    }
    $Process.WaitForExit()
}

# Messages of a program that succeeded.
function Write-Talk {
    param([AllowEmptyString()] [string] $Text)
    if ($Text.Trim() -ne '') { Write-Warning $Text.Trim() }
}

# Writes a program's input. If the program ends without reading it, that is no failure here: its
# status says what happened.
function Send-Bytes {
    param($Process, [AllowEmptyCollection()] [byte[]] $Bytes, $Source = $null)
    $stream = $Process.StandardInput.BaseStream
    try {
        $stream.Write($Bytes, 0, $Bytes.Length)
        if ($null -ne $Source) { $Source.CopyTo($stream) }
        $stream.Close()
    } catch [System.IO.IOException] {
        Write-Debug "standard input was closed: $_"
    }
}

# An object for each line of JSON.
function ConvertFrom-JsonLine {
    param([AllowEmptyString()] [string] $Text, [string] $TypeName)
    foreach ($line in ($Text -split "`n")) {
        if ($line.Trim() -ne '') {
            $object = ConvertFrom-Json -InputObject $line
            $object.PSObject.TypeNames.Insert(0, $TypeName)
            $object
        }
    }
}

# A path in the form that programs understand, even if its drive exists only in PowerShell.
function Resolve-FilePath {
    param([string] $Path)
    return $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
}

# The files that match a path with wildcards; a file whose name contains such characters matches
# itself.
function Expand-FilePath {
    param([string] $Path)
    $isPattern = [System.Management.Automation.WildcardPattern]::ContainsWildcardCharacters($Path)
    if (-not $isPattern -or (Test-Path -LiteralPath $Path)) {
        return Resolve-FilePath $Path
    }
    $found = @(Resolve-Path -Path $Path -ErrorAction SilentlyContinue | ForEach-Object { $_.ProviderPath })
    if ($found.Count -eq 0) { throw "no file matches $Path" }
    return $found
}

# A rule as text; in the objects of Get-AccessRule it is the member `network`.
function ConvertTo-RuleText {
    param($Rule)
    $network = $Rule.PSObject.Properties['network']
    if ($null -ne $network) { return [string] $network.Value }
    return [string] $Rule
}

# A number of addresses, which JSON has as text because it may have up to 39 digits.
function ConvertTo-Count {
    param([string] $Digits)
    if ($Digits.Length -lt 19) { return [long] $Digits }
    return [bigint] $Digits
}

# Runs a command of cidr on rules. Files (@FILE) are arguments; everything else is standard input,
# because there may be more of it than Windows allows in a command line.
function Invoke-Cidr {
    param([string[]] $Argument, [AllowEmptyCollection()] [string[]] $Rule, [int[]] $Answer = @(0))
    $files = @($Rule | Where-Object { $_ -like '@*' })
    $listed = @($Rule | Where-Object { $_ -notlike '@*' })
    $reads = $listed.Count -gt 0 -or $files.Count -eq 0
    $bytes = @()
    $arguments = $Argument + '--' + $files
    if ($reads) {
        $arguments += '-'
        $bytes = $script:Utf8.GetBytes(($listed -join "`n") + "`n")
    }
    return Invoke-Program 'cidr' $arguments -InputBytes $bytes -Answer $Answer
}

<#
.SYNOPSIS
Finds the user and the address of a cluster in its job log.
.DESCRIPTION
Runs joblog-parse on files, or on lines from the pipeline, and returns one object per login: user, host, port and where
they were found. Pipe it to Connect-Cluster.
.PARAMETER Path
Files, in any encoding that PowerShell writes; * and ? match names.
.PARAMETER Line
Lines of a log, or files as Get-ChildItem returns them.
.PARAMETER All
Every login that the log announces, instead of the latest.
.PARAMETER First
The first login, instead of the latest.
.PARAMETER AllowPrivate
Accept private addresses too, such as 10.0.0.5.
.PARAMETER Loose
Also return a login that the log only mentions.
.PARAMETER Secrets
Include the tokens of the services that the log announces, for Connect-Cluster -Announced.
.PARAMETER Pattern
A regular expression with the groups user, host and port, for other kinds of logs.
.PARAMETER Follow
Wait for a login in a growing file.
.PARAMETER Timeout
Give up waiting after this time, such as 10m.
.EXAMPLE
Get-ClusterTarget log.txt | Connect-Cluster -Key id.ppk
.EXAMPLE
Get-Content log.txt | Get-ClusterTarget -All
.EXAMPLE
Get-ClusterTarget log.txt -Follow | Connect-Cluster -Wait -Key id.ppk
#>
function Get-ClusterTarget {
    [CmdletBinding(DefaultParameterSetName = 'Path')]
    [OutputType('ClusterLogin.Target')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'Path')]
        [string[]] $Path,
        # Untyped, because PowerShell would convert a file object to text before we can look at it.
        [Parameter(Mandatory = $true, ParameterSetName = 'Line', ValueFromPipeline = $true)]
        [AllowNull()] [AllowEmptyString()]
        [object] $Line,
        [switch] $All,
        [switch] $First,
        [switch] $AllowPrivate,
        [switch] $Loose,
        [switch] $Secrets,
        [string] $Pattern,
        [switch] $Follow,
        [string] $Timeout
    )
    begin {
        $files = New-Object System.Collections.Generic.List[string]
        $lines = New-Object System.Collections.Generic.List[string]
    }
    process {
        if ($PSCmdlet.ParameterSetName -eq 'Path') {
            try {
                foreach ($given in $Path) {
                    foreach ($file in (Expand-FilePath $given)) { $files.Add($file) }
                }
            } catch {
                $PSCmdlet.ThrowTerminatingError($_)
            }
            return
        }
        if ($Follow) {
            $PSCmdlet.ThrowTerminatingError((New-Failure 'joblog-parse' 2 `
                '-Follow reads a file: Get-ClusterTarget log.txt -Follow'))
        }
        foreach ($item in @($Line)) {
            if ($item -is [System.IO.FileInfo]) { $files.Add($item.FullName) } else { $lines.Add([string] $item) }
        }
    }
    end {
        $arguments = @('--json')
        if ($All) { $arguments += '--all' }
        if ($First) { $arguments += '--first' }
        if ($AllowPrivate) { $arguments += '--allow-private' }
        if ($Loose) { $arguments += '--loose' }
        if ($Secrets) { $arguments += '--secrets' }
        if ($Pattern) { $arguments += "--pattern=$Pattern" }
        if ($Follow) { $arguments += '--follow' }
        if ($Timeout) { $arguments += "--timeout=$Timeout" }
        $arguments += '--'
        $arguments += $files
        $bytes = $script:Utf8.GetBytes(($lines -join "`n") + "`n")
        $activity = ''
        if ($Follow) { $activity = "Waiting for a login in $($files -join ', ')" }
        try {
            $text = Invoke-Program 'joblog-parse' $arguments -InputBytes $bytes -Activity $activity
        } catch {
            $PSCmdlet.ThrowTerminatingError($_)
        }
        ConvertFrom-JsonLine $text 'ClusterLogin.Target'
    }
}

<#
.SYNOPSIS
Logs in to a cluster, runs a command there, or opens tunnels to it.
.DESCRIPTION
Runs sshc. It passes on a target of Get-ClusterTarget unchanged, with the host key that the log announced, and files the
host key under the target. Without a command the console becomes the remote shell. With a command, it returns the output
line by line, or writes it to OutFile unchanged, and a status other than 0 is a terminating error. The status is in
$LASTEXITCODE, as after any program; the status of a shell is never an error.
.PARAMETER Target
A target from Get-ClusterTarget, or user@host, or user@host:port.
.PARAMETER Key
Private key files: PPK, OpenSSH or PEM.
.PARAMETER Command
The command to run there.
.PARAMETER InFile
A file for the command's standard input.
.PARAMETER OutFile
A file for the command's standard output, written unchanged.
.PARAMETER LocalForward
Tunnels, such as 8888:localhost:8888.
.PARAMETER NoCommand
Run no command, only tunnels, until Ctrl-C.
.PARAMETER AcceptNew
Record the host key of an unknown server without asking.
.PARAMETER Batch
Never ask; fail where an answer is needed. The command's standard error becomes a warning, or the message of the error.
.PARAMETER Wait
Wait until the cluster accepts a login.
.PARAMETER Jump
Hosts to go through, such as ada@gate.example.edu.
.PARAMETER Share
Log in once for all calls to the same target, and keep the connection for this time after the last, such as 10m.
.PARAMETER Announced
Open a tunnel to each service that the log announces, until Ctrl-C.
.PARAMETER Open
With Announced: open the announced web pages in the browser.
.PARAMETER Secrets
With Announced: print addresses with their tokens.
.PARAMETER Option
Options of ssh_config, such as ServerAliveInterval=15.
.EXAMPLE
Get-ClusterTarget log.txt | Connect-Cluster -Key id.ppk -Command 'hostname'
.EXAMPLE
Connect-Cluster uprod_qpWia@203.0.113.7 'cat result.bin' -Key id.ppk -OutFile result.bin
.EXAMPLE
Get-ClusterTarget log.txt -Secrets | Connect-Cluster -Key id.ppk -Announced -Open
#>
function Connect-Cluster {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        # Untyped, because a target may have gone through Select-Object or a file.
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
        [Alias('Destination')]
        [object] $Target,
        [Parameter(Position = 1)]
        [string] $Command,
        [string[]] $Key = @(),
        [string] $InFile,
        [string] $OutFile,
        [string[]] $LocalForward = @(),
        [switch] $NoCommand,
        [switch] $AcceptNew,
        [switch] $Batch,
        [switch] $Wait,
        [string[]] $Jump = @(),
        [string] $Share,
        [switch] $Announced,
        [switch] $Open,
        [switch] $Secrets,
        [string[]] $Option = @()
    )
    process {
        $arguments = @()
        try {
            $files = @(foreach ($path in $Key) { Resolve-FilePath $path })
        } catch {
            $PSCmdlet.ThrowTerminatingError($_)
        }
        foreach ($file in $files) { $arguments += "--key=$file" }
        foreach ($tunnel in $LocalForward) { $arguments += '-L', $tunnel }
        foreach ($setting in $Option) { $arguments += '-o', $setting }
        if ($NoCommand) { $arguments += '-N' }
        if ($AcceptNew) { $arguments += '--accept-new' }
        if ($Batch) { $arguments += '--batch' }
        if ($Wait) { $arguments += '--wait' }
        if ($Jump) { $arguments += '-J', ($Jump -join ',') }
        if ($Share) { $arguments += "--share=$Share" }
        if ($Announced) { $arguments += '--announced' }
        if ($Open) { $arguments += '--open' }
        if ($Secrets) { $arguments += '--secrets' }
        $bytes = @()
        $arguments += '--'
        if ($Target -is [string]) {
            $arguments += $Target
        } else {
            $arguments += '-'
            $json = ConvertTo-Json -InputObject $Target -Compress -Depth 5
            $bytes = $script:Utf8.GetBytes("$json`n")
        }
        if ($Command) { $arguments += $Command }
        try {
            $isShell = -not ($Command -or $NoCommand -or $Announced)
            $kind = @{ Returns = [bool] $Command; IsShell = $isShell; KeepsTalk = [bool] $Batch }
            Invoke-Session $arguments $bytes $InFile $OutFile @kind
        } catch {
            $PSCmdlet.ThrowTerminatingError($_)
        }
    }
}

# Runs sshc on this console, except for streams that are files or part of the pipeline.
function Invoke-Session {
    param(
        [string[]] $Argument,
        [AllowEmptyCollection()] [byte[]] $Head,
        [string] $InFile,
        [string] $OutFile,
        [bool] $Returns,
        [bool] $IsShell,
        [bool] $KeepsTalk
    )
    $start = New-ProgramStart 'sshc' $Argument
    $start.RedirectStandardInput = $Head.Length -gt 0 -or $InFile -ne ''
    $start.RedirectStandardOutput = $Returns -or $OutFile -ne ''
    $start.RedirectStandardError = $KeepsTalk
    if ($start.RedirectStandardOutput) { $start.StandardOutputEncoding = $script:Utf8 }
    if ($start.RedirectStandardError) { $start.StandardErrorEncoding = $script:Utf8 }
    $source = $null
    $sink = $null
    $process = $null
    try {
        if ($InFile -ne '') { $source = [System.IO.File]::OpenRead((Resolve-FilePath $InFile)) }
        if ($OutFile -ne '') { $sink = [System.IO.File]::Create((Resolve-FilePath $OutFile)) }
        $process = Start-Program $start
        $talk = $null
        if ($KeepsTalk) { $talk = $process.StandardError.ReadToEndAsync() }
        # The output is read in the background while a file is written to the input, or both sides
        # would wait for each other.
        $received = $null
        if ($null -ne $sink) {
            $received = $process.StandardOutput.BaseStream.CopyToAsync($sink)
        } elseif ($start.RedirectStandardOutput -and $null -ne $source) {
            $received = $process.StandardOutput.ReadToEndAsync()
        }
        if ($start.RedirectStandardInput) {
            Send-Bytes $process $Head $source
        }
        $lines = $null
        if ($null -ne $received) {
            $received.Wait()
            if ($null -eq $sink) { $lines = New-Object System.IO.StringReader $received.Result }
        } elseif ($start.RedirectStandardOutput) {
            $lines = $process.StandardOutput
        }
        while ($null -ne $lines -and $null -ne ($line = $lines.ReadLine())) { $line }
        $process.WaitForExit()
        Complete-Session $process.ExitCode $talk $IsShell
    } finally {
        Stop-Program $process
        foreach ($open in @($source, $sink)) {
            if ($null -ne $open) { $open.Dispose() }
        }
    }
}

# The outcome of a session. A shell's status is that of its last command, so it does not mean that
# the login failed.
function Complete-Session {
    param([int] $Status, $Talk, [bool] $IsShell)
    $global:LASTEXITCODE = $Status
    $text = ''
    if ($null -ne $Talk) { $text = $Talk.Result }
    if ($Status -eq 255 -or ($Status -ne 0 -and -not $IsShell)) {
        throw (New-Failure 'sshc' $Status $text)
    }
    Write-Talk $text
}

<#
.SYNOPSIS
Makes a key pair.
.DESCRIPTION
Runs keygen, and returns the paths of the files, the fingerprint and the public line. Without Passphrase and NoPassphrase,
it asks for the passphrase twice on the console.
.PARAMETER Path
The private key's file: PPK for a name that ends in .ppk. The public half goes beside it.
.PARAMETER Type
rsa, ed25519 or ecdsa.
.PARAMETER Bits
The size of an RSA or ECDSA key.
.PARAMETER Comment
The comment of the key.
.PARAMETER Passphrase
The passphrase of the new key.
.PARAMETER NoPassphrase
Use no passphrase.
.PARAMETER Force
Replace an existing file.
.EXAMPLE
New-ClusterKey id.ppk -Passphrase (Read-Host -AsSecureString) | Copy-ClusterPublicKey
#>
function New-ClusterKey {
    [CmdletBinding(SupportsShouldProcess = $true)]
    [OutputType('ClusterLogin.Key')]
    param(
        [Parameter(Mandatory = $true, Position = 0)]
        [string] $Path,
        [ValidateSet('rsa', 'ed25519', 'ecdsa')]
        [string] $Type,
        [int] $Bits,
        [string] $Comment,
        [System.Security.SecureString] $Passphrase,
        [switch] $NoPassphrase,
        [switch] $Force
    )
    if (-not $PSCmdlet.ShouldProcess($Path, 'make a key pair')) {
        return
    }
    try {
        $file = Resolve-FilePath $Path
    } catch {
        $PSCmdlet.ThrowTerminatingError($_)
    }
    $arguments = @('--json', "--output=$file")
    if ($Type) { $arguments += '-t', $Type }
    if ($Bits) { $arguments += '-b', "$Bits" }
    if ($Comment) { $arguments += "--comment=$Comment" }
    if ($Force) { $arguments += '--force' }
    if ($NoPassphrase) { $arguments += '--no-passphrase' }
    $bytes = @()
    if ($null -ne $Passphrase) {
        $arguments += '--passphrase-file=-'
        $secret = (New-Object System.Management.Automation.PSCredential 'key', $Passphrase).GetNetworkCredential().Password
        $bytes = $script:Utf8.GetBytes("$secret`n")
    }
    try {
        $text = Invoke-Program 'keygen' $arguments -InputBytes $bytes
    } catch {
        $PSCmdlet.ThrowTerminatingError($_)
    } finally {
        [System.Array]::Clear($bytes, 0, $bytes.Length)
    }
    ConvertFrom-JsonLine $text 'ClusterLogin.Key'
}

<#
.SYNOPSIS
Puts the line for authorized_keys on the clipboard.
.DESCRIPTION
Runs pubkey-copy, and returns the line and its parts.
.PARAMETER Path
A private or public key file [default: the only key in the agent, or the only default identity].
.PARAMETER From
Networks that the key may be used from, such as 203.0.113.0/24.
.PARAMETER Comment
The comment of the key in the line.
.PARAMETER NoClipboard
Return the line without copying it.
.EXAMPLE
Copy-ClusterPublicKey id.ppk -From (Get-AccessRule).network
#>
function Copy-ClusterPublicKey {
    [CmdletBinding(SupportsShouldProcess = $true)]
    [OutputType('ClusterLogin.PublicKey')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName = $true)]
        [Alias('FullName', 'PSPath')]
        [string] $Path,
        [string[]] $From = @(),
        [string] $Comment,
        [switch] $NoClipboard
    )
    process {
        if (-not $NoClipboard -and -not $PSCmdlet.ShouldProcess('the clipboard', 'put the public key there')) {
            return
        }
        $arguments = @('--json')
        foreach ($network in $From) { $arguments += "--from=$network" }
        if ($Comment) { $arguments += "--comment=$Comment" }
        if ($NoClipboard) { $arguments += '--print' }
        try {
            # An absolute path, so it cannot be taken for an option.
            if ($Path) { $arguments += Resolve-FilePath $Path }
            $text = Invoke-Program 'pubkey-copy' $arguments
        } catch {
            $PSCmdlet.ThrowTerminatingError($_)
        }
        ConvertFrom-JsonLine $text 'ClusterLogin.PublicKey'
    }
}

<#
.SYNOPSIS
Makes access rules (CIDR ranges).
.DESCRIPTION
Runs cidr: the rule for this machine, confirmed by independent sources; the rule for everywhere; or the fewest networks for
any list of addresses, ranges and networks.
.PARAMETER Rule
Addresses, ranges, networks and files of them ('@rules.txt') to merge, or objects from Get-AccessRule.
.PARAMETER Address
The address of this machine; ask no source for it.
.PARAMETER PrefixLength
Widen the rule for this machine to a network with this prefix length.
.PARAMETER Everywhere
The rule that lets everyone in.
.EXAMPLE
(Get-AccessRule).network | Set-Clipboard
.EXAMPLE
'192.0.2.0/25', '192.0.2.128-192.0.2.255' | Get-AccessRule
#>
function Get-AccessRule {
    [CmdletBinding(DefaultParameterSetName = 'Me')]
    [OutputType('ClusterLogin.AccessRule')]
    param(
        # Untyped, because PowerShell would convert a rule to text before we can take its network.
        [Parameter(Mandatory = $true, ParameterSetName = 'Merge', Position = 0, ValueFromPipeline = $true)]
        [object[]] $Rule,
        [Parameter(ParameterSetName = 'Me')]
        [string] $Address,
        [Parameter(ParameterSetName = 'Me')]
        [int] $PrefixLength = -1,
        [Parameter(Mandatory = $true, ParameterSetName = 'Everywhere')]
        [switch] $Everywhere
    )
    begin {
        $rules = New-Object System.Collections.Generic.List[string]
        # True also for an empty pipeline, which must not become the rule for this machine.
        $merges = $MyInvocation.ExpectingInput -or $PSCmdlet.ParameterSetName -eq 'Merge'
    }
    process {
        if ($PSCmdlet.ParameterSetName -eq 'Merge') {
            foreach ($item in $Rule) { $rules.Add((ConvertTo-RuleText $item)) }
        }
    }
    end {
        $arguments = @('me', '--json')
        if ($Address) { $arguments += "--address=$Address" }
        if ($PrefixLength -ge 0) { $arguments += "--prefix=$PrefixLength" }
        if ($Everywhere) { $arguments = @('everywhere', '--json') }
        try {
            if ($merges) {
                $text = Invoke-Cidr @('merge', '--json') $rules
            } else {
                $text = Invoke-Program 'cidr' $arguments
            }
        } catch {
            $PSCmdlet.ThrowTerminatingError($_)
        }
        foreach ($object in @(ConvertFrom-JsonLine $text 'ClusterLogin.AccessRule')) {
            $object.addresses = ConvertTo-Count $object.addresses
            $object
        }
    }
}

<#
.SYNOPSIS
Tests whether access rules let an address in.
.DESCRIPTION
Runs cidr contains, and returns $true or $false.
.PARAMETER Rule
Networks, ranges, addresses and files of them ('@rules.txt'), or objects from Get-AccessRule.
.PARAMETER Address
The address to test.
.EXAMPLE
Test-AccessRule '10.0.0.0/8', '203.0.113.0/24' -Address 203.0.113.7
#>
function Test-AccessRule {
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
        [object[]] $Rule,
        [Parameter(Mandatory = $true, Position = 1)]
        [string] $Address
    )
    begin {
        $rules = New-Object System.Collections.Generic.List[string]
    }
    process {
        foreach ($item in $Rule) { $rules.Add((ConvertTo-RuleText $item)) }
    }
    end {
        $arguments = @('contains', '--json', "--address=$Address")
        try {
            $text = Invoke-Cidr $arguments $rules -Answer @(0, 1)
        } catch {
            $PSCmdlet.ThrowTerminatingError($_)
        }
        return [bool] (ConvertFrom-JsonLine $text 'ClusterLogin.Answer').inside
    }
}

$keyFiles = {
    param($Command, $Parameter, $Word)
    $begun = $Word.Trim([char[]] "'""")
    Get-ChildItem -Path "$begun*" -ErrorAction SilentlyContinue |
        Where-Object { $_.PSIsContainer -or $_.Extension -in '.ppk', '.pem', '.pub', '' } |
        ForEach-Object {
            $path = Resolve-Path -LiteralPath $_.FullName -Relative
            New-Object System.Management.Automation.CompletionResult "'$($path -replace "'", "''")'", $_.Name, 'ParameterValue', $path
        }
}
Register-ArgumentCompleter -CommandName Connect-Cluster -ParameterName Key -ScriptBlock $keyFiles
Register-ArgumentCompleter -CommandName Copy-ClusterPublicKey -ParameterName Path -ScriptBlock $keyFiles

# What a console shows of each object; Format-List * shows all of it.
$views = @{
    'ClusterLogin.Target'     = 'user', 'host', 'port', 'line'
    'ClusterLogin.AccessRule' = 'network', 'addresses'
}
foreach ($view in $views.GetEnumerator()) {
    Update-TypeData -TypeName $view.Key -DefaultDisplayPropertySet $view.Value -Force
}

# The programs' own completions, which are shipped with the module.
$completions = Join-Path $PSScriptRoot 'completions'
if (Test-Path -LiteralPath $completions) {
    foreach ($file in Get-ChildItem -LiteralPath $completions -Filter '*.ps1') {
        . $file.FullName
    }
}

Export-ModuleMember -Function @(
    'Connect-Cluster'
    'Copy-ClusterPublicKey'
    'Get-AccessRule'
    'Get-ClusterTarget'
    'New-ClusterKey'
    'Test-AccessRule'
)
