namespace MariosPizzeria.MenuService.Features;

internal static class PizzaRequests
{
    private const int LongestName = 100;
    private const int LongestDescription = 500;

    private static readonly Money MinPrice = new(1);
    private static readonly Money MaxPrice = new(999_99);

    extension(PizzaRequest request)
    {
        /// <summary>Returns the recipe, or <c>validation</c> or <c>unknown-topping</c>.</summary>
        public Result<Recipe> ToRecipe()
        {
            var errors = new ValidationErrors();
            var name = request.Name?.Trim() ?? "";
            var description = request.Description?.Trim() ?? "";
            var toppings = request.Toppings ?? [];

            errors.Require(
                PlainText.IsLine(name, LongestName),
                "name",
                $"must be one line of 1 to {LongestName} characters, at least one visible"
            );
            errors.RequireTextOrNothing(description, "description", LongestDescription);
            errors.Require(
                request.BasePrice >= MinPrice && request.BasePrice <= MaxPrice,
                "basePrice",
                $"must be an amount from {MinPrice} to {MaxPrice}"
            );
            errors.Require(toppings.Count <= OrderLimits.MaxToppings, "toppings", $"must have at most {OrderLimits.MaxToppings} toppings");
            errors.Require(toppings.Distinct().Count() == toppings.Count, "toppings", "must not name a topping twice");
            for (var i = 0; i < toppings.Count; i++)
            {
                errors.Require(!string.IsNullOrEmpty(toppings[i]), $"toppings[{i}]", "must be the name of a topping");
            }

            if (errors.ToFault() is { } fault)
            {
                return fault;
            }

            string[] own = [.. toppings.OfType<string>()];
            return Array.Find(own, topping => !Toppings.IsApproved(topping)) is { } unknown
                ? new Error(ErrorCodes.UnknownTopping, $"There is no topping '{unknown}'.")
                : new Recipe(name, description, request.BasePrice!.Value, own);
        }

        /// <summary>Returns the id of the new pizza, or <c>validation</c>.</summary>
        public Result<string> ToId()
        {
            var id = request.Id ?? Slug.IdOf(request.Name ?? "");
            var errors = new ValidationErrors();
            errors.Require(Slug.IsSlug(id), "id", "must be lower-case letters and digits, with hyphens between words");
            return errors.ToFault() is { } fault ? fault : id;
        }
    }
}
