namespace Plomba.Trust.Policy;

/// <summary>The four keys under which one kind of key material may stand; null where policy.json has no such key.</summary>
internal sealed record KeyMaterialNames(string Path, string? Paths, string Data, string? Datas);

/// <summary>Names of policy.json that reader and writer share.</summary>
internal static class PolicyNames
{
    public static KeyMaterialNames Keys { get; } = new("keyPath", "keyPaths", "keyData", "keyDatas");

    public static KeyMaterialNames RekorKeys { get; } =
        new("rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas");

    public static KeyMaterialNames Ca { get; } = new("caPath", null, "caData", null);

    public static KeyMaterialNames CaRoots { get; } = new("caRootsPath", null, "caRootsData", null);

    public static KeyMaterialNames CaIntermediates { get; } = new("caIntermediatesPath", null, "caIntermediatesData", null);

    public static string Of(SignedByKeyType type) => type switch
    {
        SignedByKeyType.GpgKeys => "GPGKeys",
        SignedByKeyType.SignedByGpgKeys => "signedByGPGKeys",
        SignedByKeyType.X509Certificates => "X509Certificates",
        _ => "signedByX509CAs",
    };

    public static SignedByKeyType? KeyType(string text) => text switch
    {
        "GPGKeys" => SignedByKeyType.GpgKeys,
        "signedByGPGKeys" => SignedByKeyType.SignedByGpgKeys,
        "X509Certificates" => SignedByKeyType.X509Certificates,
        "signedByX509CAs" => SignedByKeyType.SignedByX509CAs,
        _ => null,
    };
}
