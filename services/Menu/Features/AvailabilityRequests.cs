namespace MariosPizzeria.MenuService.Features;

/// <summary>Validates requests that mark something as sold out or available.</summary>
internal static class AvailabilityRequests
{
    private const int LongestReason = 200;

    extension(AvailabilityRequest request)
    {
        /// <summary>Returns <c>validation</c> with all errors, or null.</summary>
        public Error? Validate()
        {
            var errors = new ValidationErrors();
            errors.Require(request.Available is not null, "available", "must be true or false");
            errors.RequireTextOrNothing(request.Reason, "reason", LongestReason);
            return errors.ToFault();
        }

        /// <summary>Returns the reason, trimmed; null if none was given.</summary>
        public string? ReasonOrNull() => string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason.Trim();
    }
}
