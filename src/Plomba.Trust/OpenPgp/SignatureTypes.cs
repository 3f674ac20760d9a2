namespace Plomba.Trust.OpenPgp;

/// <summary>What a signature is over (RFC 4880 §5.2.1).</summary>
internal static class SignatureTypes
{
    public const int Binary = 0x00;
    public const int Text = 0x01;
    public const int SubkeyBinding = 0x18;
    public const int BackSignature = 0x19;
    public const int DirectKey = 0x1F;
    public const int KeyRevocation = 0x20;
    public const int SubkeyRevocation = 0x28;
    public const int CertificationRevocation = 0x30;

    /// <summary>Any of the four certifications of a user id.</summary>
    public static bool IsCertification(int type) => type is >= 0x10 and <= 0x13;
}
