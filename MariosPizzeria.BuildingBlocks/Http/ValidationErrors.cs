namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>Collects all validation errors of a request, so that a client can correct them at once.</summary>
public sealed class ValidationErrors
{
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    /// <summary>Adds a message for a field if the condition does not hold.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="field">The field as in the JSON: <c>items[0].quantity</c>.</param>
    /// <param name="message">What the field must be.</param>
    /// <returns>The condition.</returns>
    public bool Require(bool holds, string field, string message)
    {
        if (!holds)
        {
            if (!_errors.TryGetValue(field, out var messages))
            {
                _errors[field] = messages = [];
            }

            messages.Add(message);
        }

        return holds;
    }

    /// <summary>Requires text that is <see cref="PlainText.IsText"/>.</summary>
    public void RequireText(string? text, string field, int longest) =>
        Require(PlainText.IsText(text, longest), field, $"must have 1 to {longest} characters, at least one visible");

    /// <summary>Requires <see cref="PlainText.IsTextOrNothing"/>.</summary>
    public void RequireTextOrNothing(string? text, string field, int longest) =>
        Require(PlainText.IsTextOrNothing(text, longest), field, $"must be blank, or visible text of at most {longest} characters");

    /// <summary>Returns the error, or null if there is none.</summary>
    public Error? ToFault() =>
        _errors.Count == 0
            ? null
            : Error.Validation(_errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal));
}
