namespace MariosPizzeria.Contracts;

/// <summary>The rules for undoing a step that was taken by mistake.</summary>
public static class Undo
{
    /// <summary>How long after a step it can be undone.</summary>
    public static readonly TimeSpan LongestAfter = TimeSpan.FromMinutes(2);
}
