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
                $"is a line of 1 to {LongestName} characters, not all of them invisible"
            );
            errors.RequireTextOrNothing(description, "description", LongestDescription);
            errors.Require(
                request.BasePrice >= MinPrice && request.BasePrice <= MaxPrice,
                "basePrice",
                $"is an amount from {MinPrice} to {MaxPrice}"
            );
            errors.Require(toppings.Count <= OrderLimits.MaxToppings, "toppings", $"has at most {OrderLimits.MaxToppings} toppings");
            errors.Require(toppings.Distinct().Count() == toppings.Count, "toppings", "names no topping twice");
            for (var i = 0; i < toppings.Count; i++)
            {
                errors.Require(!string.IsNullOrEmpty(toppings[i]), $"toppings[{i}]", "is the name of a topping");
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
            errors.Require(Slug.IsSlug(id), "id", "is lower-case letters and digits, words joined by hyphens");
            return errors.ToFault() is { } fault ? fault : id;
        }
    }
}
