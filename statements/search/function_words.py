"""Words that hold sentences together and say nothing alone: nobody means them who looks for something."""

FUNCTION_WORDS = {
    "en": frozenset(
        "a about an and are as at be been but by can did do does for from had has have how in into is it its of on or "
        "our over that the their them there these they this those to was we were what when where which who why will "
        "with".split()
    ),
    "fr": frozenset(
        "a à au aux avec ce ces cette dans de des du elle elles en est et il ils la le les leur leurs lui mais ne nos "
        "notre on ont ou où par pas pour qu que qui quoi sa se ses son sont sur un une vos votre y".split()
    ),
    "ru": frozenset(
        "а без бы был была были было в во вы для до его ее её же за и из или их к как ко ли мы на над не но о об обо "
        "он она они от по под при с со так также то у что чтобы эта эти это этот".split()
    ),
    "ar": frozenset(
        "في من إلى الى على عن مع هذا هذه ذلك تلك التي الذي الذين أن ان إن أو او و ثم قد كان كانت ما لا لم لن هو هي "
        "هم كل بين بعد قبل عند حول".split()
    ),
}
