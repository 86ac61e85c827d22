@{
    RootModule           = 'ClusterLogin.psm1'
    ModuleVersion        = '{{version}}'
    GUID                 = '0d7c4d5e-3c0b-4b7c-a3f5-8a54a7f0b1c6'
    Author               = '{{publisher}}'
    CompanyName          = '{{publisher}}'
    Copyright            = 'MIT OR Apache-2.0'
    Description          = '{{summary}}'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    FunctionsToExport    = @(
        'Connect-Cluster'
        'Copy-ClusterPublicKey'
        'Get-AccessRule'
        'Get-ClusterTarget'
        'New-ClusterKey'
        'Test-AccessRule'
    )
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('ssh', 'putty', 'cluster', 'cidr', 'tunnel')
            ProjectUri = '{{repository}}'
            LicenseUri = '{{repository}}/blob/main/LICENSE-MIT'
        }
    }
}
