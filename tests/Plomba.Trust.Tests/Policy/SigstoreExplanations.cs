namespace Plomba.Trust.Tests.Policy;

/// <summary>The texts that <see cref="SigstoreExplanationTests"/> expects: <c>sigstore-explanations.txt</c>, by case and language.</summary>
internal static class SigstoreExplanations
{
    private static readonly string File = Path.Combine(Testing.PlombaProgram.Repository, "tests", "Plomba.Trust.Tests", "Policy", "sigstore-explanations.txt");

    /// <summary>The lines below <c>== NAME (LANGUAGE)</c>.</summary>
    public static IEnumerable<string> Read(string name, string language) => System.IO.File.ReadLines(File)
        .SkipWhile(line => line != $"== {name} ({language})").Skip(1)
        .TakeWhile(line => !line.StartsWith("== ", StringComparison.Ordinal) && line.Length > 0);
}
