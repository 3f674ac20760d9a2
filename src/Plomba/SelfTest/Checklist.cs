using System.Text.Json.Serialization;

namespace Plomba.SelfTest;

/// <summary>One line of the checklist.</summary>
/// <param name="Line">The line of the working day it belongs to (SYSTEM.md).</param>
/// <param name="What">What must hold, as a sentence.</param>
/// <param name="Client">Who was asked.</param>
/// <param name="Holds">Whether it held.</param>
/// <param name="Found">What was found instead; null when it held.</param>
internal sealed record ChecklistLine(int Line, string What, string Client, bool Holds, string? Found);

/// <summary>What <c>self-test --output json</c> prints.</summary>
/// <param name="Passed">Whether every line held.</param>
/// <param name="Clients">Who took part.</param>
/// <param name="Lines">The checklist.</param>
internal sealed record ChecklistReport(bool Passed, IReadOnlyList<string> Clients, IReadOnlyList<ChecklistLine> Lines);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ChecklistReport))]
internal sealed partial class ChecklistJsonContext : JsonSerializerContext;
